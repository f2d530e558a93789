"""Pictures with classes to learn from: published sets, the embedded digits, folders of class folders."""
