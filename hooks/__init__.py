"""How the site is made: MkDocs hooks, the executor and the offline Hub."""
