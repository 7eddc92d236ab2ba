"""What others see of the daemon: pages, signs of life, words to systemd, a line an hour."""
