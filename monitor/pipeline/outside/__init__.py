"""Libraries that reach the network by themselves, each in a process that may reach little."""
