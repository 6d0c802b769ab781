"""Speech: what is written becomes what is said, then audio; and a voice becomes text.

A lesson, an answer or a quiz question becomes a script: lines of plain words with pauses
(`speakable`, `spoken`). A voice speaks a script (`voices`), the audio is levelled and encoded
(`audio`), and `narrating` puts it together, proves it and keeps it. `hearing` is the way back.
It knows no Telegram, no store and no learner.
"""
