"""Gets an address without following redirects and prints the status and the body."""
import http.client
import sys
import urllib.parse

address = urllib.parse.urlsplit(sys.argv[1])
connection = http.client.HTTPConnection(address.netloc, timeout=30)
connection.request("GET", address._replace(scheme="", netloc="").geturl() or "/")
answer = connection.getresponse()
print(answer.status, answer.read().decode())
