"""Language models: 'provider:model' to text that streams, within deadlines. Knows nothing of articles or prompts."""
