// The bus: nats-server with JetStream on machines of its own, one a zone, each with a disk that outlives it. Containers have no disk that one may
// rely on, and a file share is none that a log may lie on.
param prefix string
param location string
param tags object
@allowed([1, 3])
param nodes int
param size string
param administratorKey string
param subnetId string
param identityId string
param identityClientId string
param vaultUri string

// .4 is the first address of a subnet that Azure leaves free
var addresses = [for node in range(0, nodes): '10.40.2.${4 + node}']
var routes = join(map(addresses, address => 'tls://${address}:6222'), ',')

resource disks 'Microsoft.Compute/disks@2024-03-02' = [
  for node in range(0, nodes): {
    name: '${prefix}-bus-${node}'
    location: location
    tags: tags
    zones: [string(node + 1)]
    sku: { name: 'PremiumV2_LRS' }
    properties: {
      creationData: { createOption: 'Empty' }
      diskSizeGB: 128
      diskIOPSReadWrite: 6000
      diskMBpsReadWrite: 250
      publicNetworkAccess: 'Disabled'
      networkAccessPolicy: 'DenyAll'
    }
  }
]

resource cards 'Microsoft.Network/networkInterfaces@2024-05-01' = [
  for node in range(0, nodes): {
    name: '${prefix}-bus-${node}'
    location: location
    tags: tags
    properties: {
      enableAcceleratedNetworking: true
      ipConfigurations: [
        {
          name: 'bus'
          properties: { subnet: { id: subnetId }, privateIPAllocationMethod: 'Static', privateIPAddress: addresses[node] }
        }
      ]
    }
  }
]

resource machines 'Microsoft.Compute/virtualMachines@2024-07-01' = [
  for node in range(0, nodes): {
    name: '${prefix}-bus-${node}'
    location: location
    tags: tags
    zones: [string(node + 1)]
    identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
    properties: {
      hardwareProfile: { vmSize: size }
      securityProfile: {
        securityType: 'TrustedLaunch'
        uefiSettings: { secureBootEnabled: true, vTpmEnabled: true }
        encryptionAtHost: true
      }
      osProfile: {
        computerName: '${prefix}-bus-${node}'
        adminUsername: 'keeper'
        customData: base64(
          replace(
            replace(
              replace(replace(loadTextContent('../cloud-init.yaml'), '@NODE@', string(node)), '@ROUTES@', nodes == 1 ? '' : routes),
              '@VAULT@',
              vaultUri
            ),
            '@CLIENT_ID@',
            identityClientId
          )
        )
        linuxConfiguration: {
          disablePasswordAuthentication: true
          ssh: { publicKeys: [{ path: '/home/keeper/.ssh/authorized_keys', keyData: administratorKey }] }
          patchSettings: { patchMode: 'AutomaticByPlatform', assessmentMode: 'AutomaticByPlatform' }
        }
      }
      storageProfile: {
        imageReference: { publisher: 'Debian', offer: 'debian-12', sku: '12-gen2', version: 'latest' }
        osDisk: { createOption: 'FromImage', managedDisk: { storageAccountType: 'Premium_LRS' } }
        dataDisks: [{ lun: 0, createOption: 'Attach', caching: 'None', managedDisk: { id: disks[node].id }, deleteOption: 'Detach' }]
      }
      networkProfile: { networkInterfaces: [{ id: cards[node].id }] }
    }
  }
]

output url string = join(map(addresses, address => 'tls://${address}:4222'), ',')
