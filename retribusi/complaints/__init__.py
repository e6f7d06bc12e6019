"""Complaints (pengaduan): anybody files one, an agency answers in time, the person says if it is settled."""
