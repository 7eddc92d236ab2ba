"""Which days lie ahead of a text: read forward, and taken back where they are called off."""
