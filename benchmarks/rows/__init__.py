"""What each goal measures, a module a part of the program."""
