"""The site in real browsers. `find` finds and starts them, `engines` drives them, `tab` is what a test sees of them."""
