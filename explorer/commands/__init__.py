"""The subcommands of ``python -m explorer``, one file each; none imports torch before it runs."""
