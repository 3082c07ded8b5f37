/// Small questions to web servers: documents, and what they say of a file.
@NullMarked
package dev.ringrift.io.data.web;

import org.jspecify.annotations.NullMarked;
