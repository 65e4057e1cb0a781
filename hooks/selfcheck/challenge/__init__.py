"""What belongs to questions that are answered with a program: running it against tests, checking the tests, taking it away as a file."""
