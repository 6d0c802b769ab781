"""Every string a learner reads, one file a language."""
