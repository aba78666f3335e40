"""The offline Hub: tiny checkpoints served under the real repository ids."""
