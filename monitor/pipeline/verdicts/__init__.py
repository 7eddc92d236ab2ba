"""Writing verdicts with everything born with them (T2), and routing what is new to channels."""
