"""The legacy bank of the demo: its people, who are made up, and the program that changes them."""
