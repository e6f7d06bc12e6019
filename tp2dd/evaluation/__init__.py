"""Evaluation of TP2DD by its tasks and of agencies: self-assessment, review, final score, binder."""
