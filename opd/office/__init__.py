"""What every office needs, one file each."""
