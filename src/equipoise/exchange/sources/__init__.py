"""Where items come from: files, DIS, JetStream, a simulator."""
