"""What strangers may send: own inputs by kinds, made by code, and what is made of them."""
