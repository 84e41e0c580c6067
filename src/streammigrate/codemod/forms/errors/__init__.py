"""What a program does with stream-chat's exceptions beyond naming their classes: reach, reads, texts and lost connections."""
