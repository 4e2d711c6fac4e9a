// One virtual network. The bus and the database have no public address; storage and secrets are reached by private endpoints.
param prefix string
param location string
param tags object
param consoleAddresses array

var postgresZone = '${prefix}.private.postgres.database.azure.com'
var blobZone = 'privatelink.blob.${environment().suffixes.storage}'
var vaultZone = 'privatelink.vaultcore.azure.net'

resource busRules 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: '${prefix}-bus'
  location: location
  tags: tags
  properties: {
    securityRules: [
      {
        name: 'clients'
        properties: {
          priority: 100
          direction: 'Inbound'
          access: 'Allow'
          protocol: 'Tcp'
          sourceAddressPrefix: '10.40.0.0/23'
          sourcePortRange: '*'
          destinationAddressPrefix: '10.40.2.0/27'
          destinationPortRange: '4222'
        }
      }
      {
        name: 'routes'
        properties: {
          priority: 110
          direction: 'Inbound'
          access: 'Allow'
          protocol: 'Tcp'
          sourceAddressPrefix: '10.40.2.0/27'
          sourcePortRange: '*'
          destinationAddressPrefix: '10.40.2.0/27'
          destinationPortRange: '6222'
        }
      }
      {
        // of the monitoring port nobody asks a password
        name: 'monitoring'
        properties: {
          priority: 120
          direction: 'Inbound'
          access: 'Allow'
          protocol: 'Tcp'
          sourceAddressPrefix: '10.40.0.0/23'
          sourcePortRange: '*'
          destinationAddressPrefix: '10.40.2.0/27'
          destinationPortRange: '8222'
        }
      }
      {
        name: 'nobody-else'
        properties: {
          priority: 4000
          direction: 'Inbound'
          access: 'Deny'
          protocol: '*'
          sourceAddressPrefix: '*'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '*'
        }
      }
    ]
  }
}

resource appsRules 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: '${prefix}-apps'
  location: location
  tags: tags
  properties: {
    securityRules: empty(consoleAddresses)
      ? []
      : [
          {
            name: 'console'
            properties: {
              priority: 100
              direction: 'Inbound'
              access: 'Allow'
              protocol: 'Tcp'
              sourceAddressPrefixes: consoleAddresses
              sourcePortRange: '*'
              destinationAddressPrefix: '10.40.0.0/23'
              destinationPortRange: '443'
            }
          }
        ]
  }
}

resource egress 'Microsoft.Network/publicIPAddresses@2024-05-01' = {
  name: '${prefix}-egress'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { publicIPAllocationMethod: 'Static' }
}

// One address that vendors and the broker see, to be named in their lists.
resource nat 'Microsoft.Network/natGateways@2024-05-01' = {
  name: '${prefix}-nat'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { idleTimeoutInMinutes: 10, publicIpAddresses: [{ id: egress.id }] }
}

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: prefix
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.40.0.0/20'] }
    subnets: [
      {
        name: 'apps'
        properties: {
          addressPrefix: '10.40.0.0/23'
          networkSecurityGroup: { id: appsRules.id }
          natGateway: { id: nat.id }
          delegations: [{ name: 'apps', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'bus'
        properties: { addressPrefix: '10.40.2.0/27', networkSecurityGroup: { id: busRules.id }, natGateway: { id: nat.id } }
      }
      {
        name: 'postgres'
        properties: {
          addressPrefix: '10.40.2.32/28'
          delegations: [{ name: 'postgres', properties: { serviceName: 'Microsoft.DBforPostgreSQL/flexibleServers' } }]
        }
      }
      { name: 'endpoints', properties: { addressPrefix: '10.40.2.64/27' } }
    ]
  }
}

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zone in [postgresZone, blobZone, vaultZone]: { name: zone, location: 'global', tags: tags }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (zone, place) in [postgresZone, blobZone, vaultZone]: {
    parent: zones[place]
    name: prefix
    location: 'global'
    tags: tags
    properties: { registrationEnabled: false, virtualNetwork: { id: network.id } }
  }
]

output appsSubnetId string = '${network.id}/subnets/apps'
output busSubnetId string = '${network.id}/subnets/bus'
output postgresSubnetId string = '${network.id}/subnets/postgres'
output endpointsSubnetId string = '${network.id}/subnets/endpoints'
output postgresZoneId string = zones[0].id
output blobZoneId string = zones[1].id
output vaultZoneId string = zones[2].id
