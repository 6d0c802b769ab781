"""The rules of learning: what is asked of whom on which day, and whether an answer is right.

Everything here is pure: values in, values out. Clock, zone and dice are passed in; nothing is
stored, sent or read from a file. One noun a file.
"""
