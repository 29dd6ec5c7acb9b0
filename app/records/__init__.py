"""Operations on our own tables inside the caller's transaction."""
