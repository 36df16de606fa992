expect 'greets by name' 'Hello, Ada!' "$(./greet.sh hello Ada)"
expect 'greets the world without a name' 'Hello, world!' "$(./greet.sh hello)"
expect 'keeps a name of two words together' 'Hello, Ada Lovelace!' "$(./greet.sh hello 'Ada Lovelace')"
