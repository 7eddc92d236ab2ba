"""What chats and push services are posted."""
