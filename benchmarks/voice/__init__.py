"""How well the tutor speaks and hears, beside espeak and a plain pyttsx3 loop."""
