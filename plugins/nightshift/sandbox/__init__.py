"""A local server that speaks the wire protocols of all providers: labelled or recorded answers, faults, its own bill.

Read in this order: app (the HTTP side) -> service (a part per provider, all behind one port) -> part (what a part is).
openai_wire, azure_wire, bedrock_wire (with moto as its S3) and oci_wire are the parts.

exchange        one HTTP exchange: credentials, the faults that strike it, then the operation
faults          the rules; mangling damages result files, interruption cuts connections
model           what answers: recorded answers (replay), else stand-ins (answers, schema_answers); bundled: item by item
store           what a part remembers; appointments look after its batches
bill            what was served and what it costs, with prices, usage and tokens
control         starts and stops the server process
"""
