#ifndef OMBORD_CCURL_SHIM_H
#define OMBORD_CCURL_SHIM_H

#include <curl/curl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* Swift cannot call C functions with variable arguments, and libcurl sets every option by one. */

static inline CURLcode ombord_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ombord_curl_set_size(CURL *handle, CURLoption option, int64_t value) {
    return curl_easy_setopt(handle, option, (curl_off_t)value);
}

static inline CURLcode ombord_curl_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ombord_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ombord_curl_set_list(
    CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}

/* The read, write and header callbacks of libcurl have the same shape. */
typedef size_t (*ombord_curl_transfer)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode ombord_curl_set_transfer(
    CURL *handle, CURLoption option, ombord_curl_transfer function) {
    return curl_easy_setopt(handle, option, function);
}

static inline CURLcode ombord_curl_set_seek(CURL *handle, curl_seek_callback function) {
    return curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, function);
}

static inline CURLcode ombord_curl_set_open_socket(
    CURL *handle, curl_opensocket_callback function) {
    return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, function);
}

static inline long ombord_curl_response_code(CURL *handle) {
    long code = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &code);
    return code;
}

/* Ends the connection of the last transfer on the spot, where it is still open. */
static inline void ombord_curl_sever(CURL *handle) {
    curl_socket_t connection = CURL_SOCKET_BAD;
    CURLcode code = curl_easy_getinfo(handle, CURLINFO_ACTIVESOCKET, &connection);
    if (code == CURLE_OK && connection != CURL_SOCKET_BAD) shutdown(connection, SHUT_RDWR);
}

/* Seconds; 0 where the answer had no Retry-After. libcurl reads both forms of the header. */
static inline int64_t ombord_curl_retry_after(CURL *handle) {
    curl_off_t seconds = 0;
    curl_easy_getinfo(handle, CURLINFO_RETRY_AFTER, &seconds);
    return seconds;
}

/* Writes the address in network order and returns its length: 4, 16, or 0 for another family. */
static inline int ombord_address_bytes(const struct curl_sockaddr *address, uint8_t bytes[16]) {
    if (address->family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address->addr;
        memcpy(bytes, &v4->sin_addr, 4);
        return 4;
    }
    if (address->family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address->addr;
        memcpy(bytes, &v6->sin6_addr, 16);
        return 16;
    }
    return 0;
}

static inline curl_socket_t ombord_open_socket(const struct curl_sockaddr *address) {
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

#endif
