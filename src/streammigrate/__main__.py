"""`python -m streammigrate`."""

from streammigrate.cli import main

if __name__ == "__main__":
    main()
