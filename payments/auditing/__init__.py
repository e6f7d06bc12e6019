"""The auditor's desk: findings and their follow-up, who may do what, samples, lists that auditors ask for."""
