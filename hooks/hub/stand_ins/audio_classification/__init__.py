"""Stand-in for speechbrain/google_speech_command_xvector."""
