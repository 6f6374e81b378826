/**
 * Wire formats of the messages in {@code dev.evenkeel.v1}, the reasons for refusing one, and dead
 * letters. Start at {@link dev.evenkeel.schemas.MessageDecoder} and {@link
 * dev.evenkeel.schemas.MessageEncoder}.
 */
package dev.evenkeel.schemas;
