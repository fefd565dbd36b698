"""Where an interceptor can be, and how soon."""
