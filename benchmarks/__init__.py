"""What the program costs, beside other programs and beside itself: `python -m benchmarks`."""
