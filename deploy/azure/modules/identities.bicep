// One identity for each service, and none that two share: what a service may do is what its identity was given.
param prefix string
param location string
param tags object
param names array

// the nodes of the bus and the collector are no services of ours
var all = union(names, ['bus', 'collector'])

resource identities 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = [
  for name in all: { name: '${prefix}-${name}', location: location, tags: tags }
]

output ids object = toObject(range(0, length(all)), place => all[place], place => identities[place].id)
output clientIds object = toObject(range(0, length(all)), place => all[place], place => identities[place].properties.clientId)
output principalIds object = toObject(range(0, length(all)), place => all[place], place => identities[place].properties.principalId)
