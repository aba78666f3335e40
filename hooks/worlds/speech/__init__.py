"""Speech for the small world of the audio demos, made with espeak-ng."""
