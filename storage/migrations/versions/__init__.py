"""One file a revision. What has shipped is never edited."""
