"""What three machines have to show: `./dev lab test`."""
