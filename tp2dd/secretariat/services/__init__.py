"""Everything that changes what the secretary's desk keeps."""
