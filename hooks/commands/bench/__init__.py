"""What `make bench` is made of: it measures the executor and the site beside other tools."""
