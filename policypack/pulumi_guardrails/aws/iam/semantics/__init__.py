"""What policy statements mean: the evaluation of one request, and the search for a request that some of them allow."""
