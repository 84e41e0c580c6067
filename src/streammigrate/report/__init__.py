"""One file per format. A format's module is imported only when it is asked for."""
