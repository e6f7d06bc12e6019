"""What the API shows, one file a room: each resource reads its rows and says how consistent they are."""
