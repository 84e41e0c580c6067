"""The proof: run programs over recording transports and compare what stream-chat and getstream sent.

Only this package and `surface` import the SDKs; they come with the extra `streammigrate[proof]`.
"""
