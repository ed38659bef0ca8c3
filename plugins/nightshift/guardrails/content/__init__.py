"""What a text is about, whoever wrote it: harm and toxicity (trained), refusals (phrases)."""
