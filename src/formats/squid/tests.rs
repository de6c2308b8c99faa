//! What configurations become.
