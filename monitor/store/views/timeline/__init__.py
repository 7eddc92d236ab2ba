"""What makes a timeline: which days matter, and the stories that articles belong to."""
